/** Rounds to the nearest whole number, halves to the even one, as Python's `round`. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const up = value - below > 0.5 || (value - below === 0.5 && below % 2 !== 0);
  return up ? below + 1 : below;
}
