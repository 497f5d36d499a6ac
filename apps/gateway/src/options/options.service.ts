import { Injectable } from '@nestjs/common';
import type { ErrorCode, ModelCardV1, ModelOptionsDto } from '@kadr/contracts';
import type { FieldError } from '@kadr/errors';
import { ModelsService } from '../models/models.service.js';
import { nearest } from './nearest.js';
import { checkDto, shortened, wrongFields } from './read-dto.js';
import type { DtoClass } from './read-dto.js';

/** What was asked, checked against the model that will do it. */
export interface Asked<T> {
  options: T;
  model: ModelCardV1;
}

/** A wrong field, and the code of a request in which nothing else is wrong. */
interface Wrong {
  error: FieldError;
  code: ErrorCode;
}

/** Reads what is asked of a model: by its rules, by the models there are, and by the labels of the one chosen. */
@Injectable()
export class OptionsService {
  constructor(private readonly models: ModelsService) {}

  /** @throws AppError naming every wrong field; `no-worker` (unavailable) when no model is served at all. */
  read<T extends ModelOptionsDto>(dto: DtoClass<T>, given: object): Asked<T> {
    const { value, errors } = checkDto(dto, given);
    const good = (field: string): boolean => !errors.some((error) => error.field === field);
    const wrong: Wrong[] = errors.map((error) => ({ error, code: 'invalid-request' }));
    const model = good('model') ? this.models.find(value.model) : undefined;
    if (!model && good('model') && value.model !== undefined) wrong.push(...this.unknownModel(value.model));
    if (model && value.classes && good('classes')) wrong.push(...unknownClasses(value.classes, model));
    if (wrong.length > 0) {
      const code = wrong.length === 1 ? wrong[0].code : 'invalid-request';
      throw wrongFields(
        wrong.map(({ error }) => error),
        code,
      );
    }
    return { options: value, model: model ?? this.models.require(value.model) };
  }

  /** Nothing when no model is served: then the name is not what is wrong. */
  private unknownModel(id: string): Wrong[] {
    const ids = this.models.list().map((card) => card.id);
    if (ids.length === 0) return [];
    const message = `"${String(shortened(id))}" is not served here; there are ${ids.join(', ')}`;
    return [{ error: { field: 'model', value: shortened(id), message }, code: 'unknown-model' }];
  }
}

const MAX_NAMED = 20;

function unknownClasses(classes: string[], model: ModelCardV1): Wrong[] {
  const known = new Set(model.classes);
  const unknown = classes.filter((label) => !known.has(label)).slice(0, MAX_NAMED);
  if (unknown.length === 0) return [];
  const named = unknown.map((label) => {
    const near = nearest(label.slice(0, 100), model.classes);
    return `"${String(shortened(label))}"${near ? ` (did you mean "${near}"?)` : ''}`;
  });
  const message = `${model.id} does not know ${named.join(', ')}; GET /v1/models/${model.id} lists its classes`;
  return [{ error: { field: 'classes', value: shortened(unknown.join(',')), message }, code: 'unknown-class' }];
}
