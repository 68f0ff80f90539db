// Written by scripts/write-manifest-schemas.mjs.
/** The structure of `companion/manifest.json`, as the schema of `@companion-module/base` 2.0.4 has it. */
export const manifestSchema2 = {
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    type: { type: 'string', enum: ['connection'] },
    id: { type: 'string' },
    name: { type: 'string' },
    shortname: { type: 'string' },
    description: { type: 'string' },
    version: { type: 'string' },
    isPrerelease: { type: 'boolean' },
    license: { type: 'string' },
    repository: { type: 'string' },
    bugs: { type: 'string' },
    maintainers: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          email: { type: 'string' },
          github: { type: 'string' },
          url: { type: 'string' },
        },
        required: ['name'],
        additionalProperties: false,
      },
    },
    legacyIds: { type: 'array', uniqueItems: true, items: { type: 'string' } },
    runtime: {
      type: 'object',
      properties: {
        type: { type: 'string', enum: ['node22'] },
        api: { type: 'string', enum: ['nodejs-ipc'] },
        apiVersion: { type: 'string' },
        entrypoint: { type: 'string' },
        permissions: {
          type: 'object',
          properties: {
            'worker-threads': { type: 'boolean' },
            'child-process': { type: 'boolean' },
            'native-addons': { type: 'boolean' },
            filesystem: { type: 'boolean' },
            'insecure-algorithms': { type: 'boolean' },
          },
          additionalProperties: false,
        },
      },
      required: ['type', 'api', 'apiVersion', 'entrypoint'],
    },
    manufacturer: { type: 'string' },
    products: { type: 'array', uniqueItems: true, items: { type: 'string' }, minItems: 1 },
    keywords: { type: 'array', uniqueItems: true, items: { type: 'string' } },
    bonjourQueries: {
      type: 'object',
      patternProperties: {
        '': {
          oneOf: [
            { $ref: '#/$defs/bonjourQuery' },
            { type: 'array', items: { $ref: '#/$defs/bonjourQuery' } },
          ],
        },
      },
    },
  },
  required: [
    'type',
    'id',
    'name',
    'shortname',
    'description',
    'version',
    'license',
    'repository',
    'bugs',
    'maintainers',
    'legacyIds',
    'runtime',
    'manufacturer',
    'products',
    'keywords',
  ],
  $defs: {
    bonjourQuery: {
      type: 'object',
      properties: {
        type: { type: 'string' },
        protocol: { type: 'string', enum: ['tcp', 'udp'] },
        port: { type: 'number' },
        txt: { type: 'object', patternProperties: { '': { type: 'string' } } },
        addressFamily: { type: 'string', enum: ['ipv4', 'ipv6', 'ipv4+6'] },
      },
      required: ['type', 'protocol'],
    },
  },
};
