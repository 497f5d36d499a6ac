import { ContractError } from '@kadr/contracts';
import { AppError } from '@kadr/errors';

/** What `decode` makes of a message. @throws AppError `bad-message` when the message does not follow its contract. */
export function readMessage<Message, T>(message: Message, decode: (message: Message) => T): T {
  try {
    return decode(message);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const text = `A message cannot be read: ${error.message}.`;
    throw new AppError('unprocessable', 'bad-message', text, { cause: error });
  }
}
