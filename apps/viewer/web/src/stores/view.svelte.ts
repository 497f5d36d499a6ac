import type { ObjectV1, ResultV1 } from '@kadr/contracts';
import { SvelteSet } from 'svelte/reactivity';
import type { Layers } from '../lib/overlay.js';

/** Least score that is asked for, so that the slider can show more or less without asking again. */
export const ASKED_THRESHOLD = 0.25;

export interface ClassCount {
  label: string;
  classId: number;
  count: number;
}

/** What of a result is shown, and which object is looked at. */
class ViewStore {
  threshold = $state(0.4);
  layers = $state<Layers>({ masks: true, boxes: true, labels: true });
  /** Labels that are ticked off. */
  readonly hidden = new SvelteSet<string>();
  private pointed = $state.raw<ObjectV1 | null>(null);
  private pinned = $state.raw<ObjectV1 | null>(null);
  private touched = false;

  /** The object lit up: the one under the pointer or focus, else the one clicked. */
  get active(): ObjectV1 | null {
    return this.pointed ?? this.pinned;
  }

  isPinned(object: ObjectV1): boolean {
    return this.pinned === object;
  }

  point(object: ObjectV1 | null): void {
    this.pointed = object;
  }

  /** Keeps an object lit up; the same one again, or none, lets go. */
  pin(object: ObjectV1 | null): void {
    this.pinned = this.pinned === object ? null : object;
  }

  clear(): void {
    this.pointed = null;
    this.pinned = null;
  }

  /** Moves to a model's own threshold until the slider has been used. */
  suggestThreshold(threshold: number): void {
    if (!this.touched) this.threshold = Math.max(ASKED_THRESHOLD, threshold);
  }

  setThreshold(threshold: number): void {
    this.touched = true;
    this.threshold = threshold;
  }

  toggleClass(label: string): void {
    if (!this.hidden.delete(label)) this.hidden.add(label);
  }

  /** The objects that are shown, the surest first. */
  visible(result: ResultV1): ObjectV1[] {
    return this.above(result).filter(({ label }) => !this.hidden.has(label));
  }

  /** The classes found, ticked off or not, the most frequent first. */
  classes(result: ResultV1): ClassCount[] {
    const counts = new Map<string, ClassCount>();
    for (const { label, classId } of this.above(result)) {
      const entry = counts.get(label) ?? { label, classId, count: 0 };
      counts.set(label, { ...entry, count: entry.count + 1 });
    }
    return [...counts.values()].sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
  }

  private above(result: ResultV1): ObjectV1[] {
    return result.objects.filter(({ score }) => score >= this.threshold).sort((a, b) => b.score - a.score);
  }
}

export const view = new ViewStore();
