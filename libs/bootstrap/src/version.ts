/** Of this Kadr; a test compares it with package.json, which a build does not carry along. */
export const VERSION = '0.1.0';
