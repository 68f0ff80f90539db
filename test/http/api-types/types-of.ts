import openApiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** The types of an OpenAPI document, as the text of a file. */
export async function typesOf(document: object): Promise<string> {
  return astToString(await openApiTypes(document as OpenAPI3));
}
