import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';

/** This process among the viewers. */
@Injectable()
export class ViewerInstance {
  readonly id = uuid();
}
