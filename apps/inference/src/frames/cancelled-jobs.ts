import { Injectable } from '@nestjs/common';

/** Sources of jobs that were cancelled: their frames are no longer wanted. */
@Injectable()
export class CancelledJobs extends Set<string> {}
