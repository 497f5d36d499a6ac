import { ApiProperty } from '@nestjs/swagger';

/** Frames let go, by reason. */
export class DropsDto {
  @ApiProperty({ example: 0 }) expired: number;
  @ApiProperty({ example: 0 }) superseded: number;
  @ApiProperty({ example: 0 }) 'queue-full': number;
  @ApiProperty({ example: 0 }) cancelled: number;
}

/** Distinct frames: `framesIn = results + drops + failures + inFlight`. */
export class LedgerCountsDto {
  @ApiProperty({ example: 50 }) framesIn: number;
  @ApiProperty({ example: 48 }) results: number;
  @ApiProperty({ type: DropsDto }) drops: DropsDto;
  @ApiProperty({ example: 2 }) failures: number;
  @ApiProperty({ example: 0 }) inFlight: number;
}

/** One source's account. */
export class LedgerEntryDto extends LedgerCountsDto {
  @ApiProperty({ example: 'job:019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a' }) source: string;
}

/** `GET /v1/ledger`: the newest sources first, and the sum over all of them. */
export class LedgerDto {
  @ApiProperty({ type: [LedgerEntryDto] }) sources: LedgerEntryDto[];
  @ApiProperty({ type: LedgerCountsDto }) total: LedgerCountsDto;
  @ApiProperty({ nullable: true, type: String, description: 'Cursor of the next page.' }) next: string | null;
}
