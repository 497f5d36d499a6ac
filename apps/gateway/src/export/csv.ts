import type { ObjectV1 } from '@kadr/contracts';
import { tidy } from './data-set.js';
import type { ExportedPicture } from './data-set.js';

/** The columns of the supervision library, then two for people. */
const COLUMNS = 'x_min,y_min,x_max,y_max,class_id,confidence,tracker_id,frame,class_name,file_name';
/** RFC 4180. */
const LINE_END = '\r\n';

/** A data set as CSV, one line an object. */
export async function* writeCsv(pictures: AsyncIterable<ExportedPicture>): AsyncGenerator<string> {
  yield COLUMNS + LINE_END;
  for await (const { name, result } of pictures) {
    yield result.objects.map((object) => lineOf(object, result.sequence, name) + LINE_END).join('');
  }
}

function lineOf({ box, classId, score, trackId, label }: ObjectV1, sequence: number, name: string): string {
  const edges = [box.x, box.y, box.x + box.width, box.y + box.height].map(decimal);
  return [...edges, classId, decimal(score), trackId ?? '', sequence, quoted(label), quoted(name)].join(',');
}

/** As Python writes a float, so that readers see one in every line. */
function decimal(value: number): string {
  const exact = tidy(value);
  return Number.isInteger(exact) ? exact.toFixed(1) : String(exact);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
