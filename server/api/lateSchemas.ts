/** What Fastify makes its validators with, as far as it is asked here. */
interface SchemaCompiler {
  compile(schema: unknown): Validator
}

interface Validator {
  (data: unknown): unknown
  errors?: unknown
}

/**
 * Has each schema compiled when the first request comes that it is for. All of them at once, two hundred, are 38 MB of
 * objects in the middle of the start, when the readings that waited for it arrive, and most are never asked for.
 */
export function compileLate(compiler: SchemaCompiler): void {
  const compile = compiler.compile.bind(compiler)
  compiler.compile = schema => {
    let compiled: Validator | null = null
    const validate: Validator = data => {
      compiled ??= compile(schema)
      const isValid = compiled(data)
      validate.errors = compiled.errors
      return isValid
    }
    return validate
  }
}
