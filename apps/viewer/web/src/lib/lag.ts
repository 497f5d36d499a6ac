import type { GroupDto, ProcessDto } from '@kadr/contracts';
import { formatMs, plural } from './format.js';

/** `3 processes, nothing waits`; what is wrong comes first. */
export function summarize(processes: readonly ProcessDto[], groups: readonly GroupDto[]): string {
  const gone = processes.filter(({ gone }) => gone).length;
  const waiting = groups.reduce((sum, { messages }) => sum + messages, 0);
  const oldest = groups.reduce((age, { seconds }) => Math.max(age, seconds), 0);
  return [
    gone > 0 ? `${plural(gone, 'process', 'processes')} gone` : '',
    plural(processes.length - gone, 'process', 'processes'),
    waiting > 0 ? `${plural(waiting, 'message')} not finished, the oldest for ${formatAge(oldest)}` : 'nothing waits',
  ]
    .filter(Boolean)
    .join(', ');
}

/** `–` when nothing waits, else `412 ms`, `1.9 s`, `12 min` */
export function formatAge(seconds: number): string {
  if (seconds === 0) return '–';
  return seconds < 120 ? formatMs(seconds * 1000) : `${Math.round(seconds / 60)} min`;
}
