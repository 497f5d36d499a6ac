export { AppError, ERROR_POLICY, toAppError } from './app-error.js';
export type { AppErrorOptions, ErrorKind, ErrorPolicy, FieldError } from './app-error.js';
