/** The text member `name` of a thrown value, or `undefined`: system and library errors carry their facts so. */
export function errorFact(error: unknown, name: 'code' | 'syscall' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined;
  const value: unknown = (error as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

/** True when our own disk is full, which is no fault of the input. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errorFact(error, 'code') ?? '');
}
