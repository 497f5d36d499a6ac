/** What Nest's builder sets, but `import.meta` is left to the runtime: rspack would write in the path of the source. */
export default (options) => ({
  ...options,
  module: { ...options.module, parser: { javascript: { importMeta: false } } },
});
