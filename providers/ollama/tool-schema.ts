import { type Fields, isFields } from '../openai-chat/options.ts';

/**
 * A schema in the form that the server can read: an object with a type, whose properties are objects too. What stands
 * for anything (`true`) is an empty schema, which says the same.
 */
export const parametersOf = (schema: Fields = {}): Fields => ({
  ...readable(schema),
  type: typeof schema.type === 'string' ? schema.type : 'object',
  properties: propertiesOf(schema.properties),
});

function readable(schema: unknown): Fields {
  if (!isFields(schema)) return {};
  return {
    ...schema,
    ...(schema.properties !== undefined && { properties: propertiesOf(schema.properties) }),
    ...(Array.isArray(schema.anyOf) && { anyOf: schema.anyOf.map(readable) }),
  };
}

const propertiesOf = (properties: unknown): Fields =>
  isFields(properties)
    ? Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, readable(property)]))
    : {};
