import type { JobV1 } from '../messages/job.v1.js';
import type { ResultV1 } from '../messages/result.v1.js';

/** socket.io namespace of the viewer (path `/socket.io`). */
export const LIVE_NAMESPACE = '/live';

export interface SubscribeMessage {
  /** `job:<id>` or `camera:<id>`. */
  source: string;
  annotated?: boolean;
  /** The last `cursor` seen: what came since is sent first. */
  after?: string;
}

export interface UnsubscribeMessage {
  source: string;
}

export interface AckMessage {
  source: string;
  sequence: number;
}

/** A result as `/live` sends it. */
export type LiveResult = ResultV1 & { cursor: string };

export interface LiveError {
  code: string;
  detail: string;
  source?: string;
}

export interface LiveClientEvents {
  subscribe: (message: SubscribeMessage) => void;
  unsubscribe: (message: UnsubscribeMessage) => void;
  ack: (message: AckMessage) => void;
}

export interface LiveServerEvents {
  result: (result: LiveResult) => void;
  job: (job: JobV1) => void;
  error: (error: LiveError) => void;
}
