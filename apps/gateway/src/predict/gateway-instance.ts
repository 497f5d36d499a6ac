import { Injectable } from '@nestjs/common';
import { formatSource } from '@kadr/contracts';
import { v7 as uuid } from 'uuid';

/** This process among the gateways, and as a source of frames: what is asked of it synchronously comes from here. */
@Injectable()
export class GatewayInstance {
  readonly id = uuid();
  readonly source = formatSource({ kind: 'request', id: this.id });
}
