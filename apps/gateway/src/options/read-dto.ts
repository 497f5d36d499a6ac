import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import { AppError } from '@kadr/errors';
import type { FieldError } from '@kadr/errors';

/** A class whose decorators say what its fields may be. */
export type DtoClass<T extends object> = new () => T;

/** What was given, as the class wants it, and every field that is wrong. */
export interface Checked<T> {
  value: T;
  errors: FieldError[];
}

/** Checks all fields of `given` at once; fields that `dto` does not know are wrong too. */
export function checkDto<T extends object>(dto: DtoClass<T>, given: object): Checked<T> {
  const value = plainToInstance(dto, given, { exposeUnsetFields: false });
  const found = validateSync(value, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
  return { value, errors: found.map((error) => describe(error, dto)) };
}

/** Reads `given` as a `dto`. @throws AppError `invalid-request` naming every wrong field. */
export function readDto<T extends object>(dto: DtoClass<T>, given: object): T {
  const { value, errors } = checkDto(dto, given);
  if (errors.length > 0) throw wrongFields(errors);
  return value;
}

/** The error of wrong fields, all of them in its text too. */
export function wrongFields(errors: FieldError[], code = 'invalid-request'): AppError {
  return new AppError('invalid', code, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), {
    errors,
  });
}

/** A value as an error may repeat it. */
export function shortened(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text !== undefined && text.length > 100 ? `${text.slice(0, 100)}…` : value;
}

function describe<T extends object>(error: ValidationError, dto: DtoClass<T>): FieldError {
  const rules = error.constraints ?? {};
  const unknown = 'whitelistValidation' in rules;
  const message = unknown ? `is not known here; allowed are ${fieldsOf(dto).join(', ')}` : Object.values(rules)[0];
  return { field: error.property, value: isSecret(error) ? undefined : shortened(error.value), message };
}

/** True when a rule that was broken says, by its context, that the value may hold a secret. */
function isSecret({ contexts }: ValidationError): boolean {
  const known: Record<string, { secret?: boolean }> = contexts ?? {};
  return Object.values(known).some(({ secret }) => secret);
}

function fieldsOf<T extends object>(dto: DtoClass<T>): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}
