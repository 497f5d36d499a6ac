import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class ProblemFieldDto {
  @ApiProperty({ example: 'threshold' }) field: string;
  @ApiPropertyOptional({ example: '1.5' }) value?: unknown;
  @ApiProperty({ example: 'must be a number from 0 to 1' }) message: string;
}

/** Every error body: RFC 9457 `application/problem+json`, with a stable `code`. */
export class ProblemDto {
  @ApiProperty({ example: 'about:blank' }) type: string;
  @ApiProperty({ example: 'The request has wrong fields' }) title: string;
  @ApiProperty({ example: 400 }) status: number;
  @ApiProperty({ example: 'threshold: must be a number from 0 to 1' }) detail: string;
  @ApiProperty({ example: '/v1/predict' }) instance: string;
  @ApiProperty({ example: 'invalid-request' }) code: string;
  @ApiPropertyOptional({ type: [ProblemFieldDto] }) errors?: ProblemFieldDto[];
}
