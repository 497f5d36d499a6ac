import type { ResultV1 } from '@kadr/contracts';

/** A picture of a data set, by the name of the file it came from. */
export interface ExportedPicture {
  name: string;
  result: ResultV1;
}

/** The labels of a data set by class id: the model's own, and what its results call the classes. */
export class Labels {
  private readonly labels: string[];

  constructor(classes: readonly string[] = []) {
    this.labels = [...classes];
  }

  /** Takes in the labels of a result; they count for more than what the model says now. */
  learn({ objects }: ResultV1): void {
    for (const { classId, label } of objects) this.labels[classId] = label;
  }

  /** One label a class id; ids that were never named get one from their number. */
  list(): string[] {
    return Array.from(this.labels, (label, id) => label ?? `class ${id}`);
  }
}

/** A number without the noise that sums and products of decimals have. */
export function tidy(value: number): number {
  return Number(value.toFixed(4));
}
