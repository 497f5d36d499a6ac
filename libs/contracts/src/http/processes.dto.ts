import { ApiProperty } from '@nestjs/swagger';
import { GroupReadingV1, ProcessV1 } from '../messages/process.v1.js';

/** A process that announced itself. */
export class ProcessDto extends ProcessV1 {
  @ApiProperty({
    example: '2026-11-25T10:00:05.000Z',
    format: 'date-time',
    description: 'When it last said something.',
  })
  seenAt: string;
  @ApiProperty({ example: false, description: 'It is silent for longer than 15 s, and did not take its leave.' })
  gone: boolean;
}

/** A group on a topic, over all processes that are there: sums, and the age of the oldest message. */
export class GroupDto extends GroupReadingV1 {
  @ApiProperty({ example: 3, description: 'Processes in the group.' }) processes: number;
}

/** `GET /v1/processes` */
export class ProcessesDto {
  @ApiProperty({ type: [ProcessDto], description: 'By name, the oldest first.' }) processes: ProcessDto[];
  @ApiProperty({ type: [GroupDto], description: 'By group and topic.' }) groups: GroupDto[];
}
