/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-are-islands',
      severity: 'error',
      comment: 'Apps talk through Kafka. Only the all-in-one app may import another app.',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/all-in-one/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'libs-through-the-front-door',
      severity: 'error',
      comment: 'Import @kadr/<lib>, never a file inside it.',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^$1/$2/' },
    },
    {
      name: 'contracts-are-leaves',
      severity: 'error',
      from: { path: '^libs/contracts/src', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/contracts/', 'node_modules/(class-validator|class-transformer|@nestjs/swagger)/'] },
    },
    {
      name: 'kafkajs-only-in-transport',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/transport/' },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'onnxruntime-only-in-inference-runtime',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/inference/src/runtime/', '^apps/inference/test/'] },
      to: { path: 'node_modules/onnxruntime-node/' },
    },
    {
      name: 'errors-are-leaves',
      severity: 'error',
      from: { path: '^libs/errors/src', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/errors/' },
    },
    {
      name: 'vision-is-pure',
      severity: 'error',
      comment: 'Typed arrays in, typed arrays out: no I/O, no Nest, no other lib.',
      from: { path: '^libs/vision/src', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/vision/' },
    },
    {
      name: 'sharp-only-in-media',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/media/', '/test/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/sharp/' },
    },
    {
      name: 'no-spec-imports',
      severity: 'error',
      from: { pathNot: '\\.(e2e-)?spec\\.ts$' },
      to: { path: '\\.(e2e-)?spec\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
