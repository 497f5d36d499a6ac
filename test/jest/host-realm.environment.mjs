import { types } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';

const HOST_REALM = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

/**
 * Shares the host realm's binary types so native addons (onnxruntime, sharp) pass `instanceof`, and has `instanceof Error`
 * hold for Node's own errors, as it does in production: the AWS SDK wraps what is none, and loses its code.
 */
export default class NodeHostRealmEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of HOST_REALM) this.global[name] = globalThis[name];
    const { Error, Function } = this.global;
    const isInstance = Function.prototype[Symbol.hasInstance];
    Object.defineProperty(Error, Symbol.hasInstance, {
      value(value) {
        // Classes of errors inherit this.
        return isInstance.call(this, value) || (this === Error && types.isNativeError(value));
      },
    });
  }
}
