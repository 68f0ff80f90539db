import { expect, it } from 'vitest';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { typesOf } from './api-types/types-of.ts';

it('the types of the client are those of the document; after a change run this file with --update', async () => {
  const types = await typesOf(openApiDocument('1.0.0'));
  await expect(types).toMatchFileSnapshot('api-types/api.ts');
});
