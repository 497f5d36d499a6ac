import { Transform } from 'class-transformer';

/** Query strings carry numbers as text; what is no number stays as it is, for the rule to name it. */
export function NumberFromText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value,
  );
}

/** `true` and `false` as text. */
export function FlagFromText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
}

/** A comma list, or several of them, as a list of its parts. */
export function ListFromText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => {
    const parts = Array.isArray(value) ? (value as unknown[]) : [value];
    if (!parts.every((part): part is string => typeof part === 'string')) return value;
    return parts.flatMap((part) => part.split(',').map((label) => label.trim())).filter((label) => label !== '');
  });
}
