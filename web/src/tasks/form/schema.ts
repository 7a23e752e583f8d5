// Reads a script's JSON schema as the fields of a form.

export interface Schema {
    type?: string;
    title?: string;
    description?: string;
    default?: unknown;
    enum?: (string | number)[];
    anyOf?: Schema[];
    items?: Schema;
    minimum?: number;
    maximum?: number;
    maxLength?: number;
    properties?: Record<string, Schema>;
    required?: string[];
    $ref?: string;
    $defs?: Record<string, Schema>;
}

export type Kind = 'choice' | 'flag' | 'number' | 'text' | 'lines' | 'span' | 'group';

export interface Field {
    name: string;
    kind: Kind;
    title: string;
    help: string;
    required: boolean;
    default: unknown;
    /** Of a choice. */
    choices: (string | number)[];
    /** Of a number, or of both of a span. */
    minimum: number | undefined;
    maximum: number | undefined;
    whole: boolean;
    /** Is what is typed never shown? */
    secret: boolean;
    /** Of a group. */
    fields: Field[];
    /** Can a group be left out altogether? */
    optional: boolean;
}

export function fieldsOf(schema: Schema, root: Schema = schema): Field[] {
    const required = new Set(schema.required ?? []);
    return Object.entries(schema.properties ?? {}).map(([name, given]) =>
        fieldOf(name, given, required.has(name), root)
    );
}

function fieldOf(name: string, given: Schema, required: boolean, root: Schema): Field {
    const forms = (given.anyOf ?? [given]).map((form) => resolved(form, root));
    const optional = forms.some((form) => form.type === 'null');
    const shape = forms.find((form) => form.type !== 'null') ?? {};
    const kind = kindOf(shape, forms);
    const bounds = kind === 'span' ? (shape.items ?? {}) : shape;
    return {
        name,
        kind,
        title: given.title ?? shape.title ?? name,
        help: given.description ?? (kind === 'group' ? '' : (shape.description ?? '')),
        required,
        default: given.default,
        choices: shape.enum ?? [],
        minimum: bounds.minimum,
        maximum: bounds.maximum,
        whole: shape.type === 'integer',
        secret: name.endsWith('_key'),
        fields: kind === 'group' ? fieldsOf(shape, root) : [],
        optional: optional && kind === 'group'
    };
}

function resolved(schema: Schema, root: Schema): Schema {
    if (!schema.$ref) return schema;
    return root.$defs?.[schema.$ref.split('/').at(-1)!] ?? {};
}

function kindOf(shape: Schema, forms: Schema[]): Kind {
    if (shape.enum) return 'choice';
    if (shape.type === 'object') return 'group';
    if (shape.type === 'boolean') return 'flag';
    if (shape.type === 'array') return shape.items?.type === 'number' ? 'span' : 'lines';
    const alone = forms.filter((form) => form.type !== 'null').length === 1;
    return alone && ['integer', 'number'].includes(shape.type ?? '') ? 'number' : 'text';
}

export type Values = Record<string, unknown>;

/** The values that a form begins with: the defaults of the schema. */
export function initialValues(fields: Field[]): Values {
    return Object.fromEntries(fields.map((field) => [field.name, initialValue(field)]));
}

function initialValue(field: Field): unknown {
    if (field.kind === 'group') return field.optional ? null : initialValues(field.fields);
    if (field.kind === 'lines') return Array.isArray(field.default) ? field.default.join('\n') : (field.default ?? '');
    if (field.kind === 'span') return [...((field.default as number[] | undefined) ?? ['', ''])];
    if (field.kind === 'flag') return field.default ?? false;
    return field.default ?? '';
}

/** The values of a form for what was sent before: the defaults where nothing is said. */
export function filledValues(fields: Field[], sent: Values): Values {
    return Object.fromEntries(fields.map((field) => [field.name, filledValue(field, sent[field.name])]));
}

function filledValue(field: Field, sent: unknown): unknown {
    if (sent === undefined || sent === null) return initialValue(field);
    if (field.kind === 'group') return filledValues(field.fields, sent as Values);
    if (field.kind === 'span') return [...(sent as number[])];
    if (Array.isArray(sent)) return sent.join('\n');
    return sent;
}

/** What is sent: whatever differs from the defaults; what was left empty counts as not given. */
export function givenValues(fields: Field[], values: Values): Values {
    const given: Values = {};
    for (const field of fields) {
        const value = values[field.name];
        if (field.kind === 'group') {
            const inside = value ? givenValues(field.fields, value as Values) : null;
            if (inside && (field.optional || field.required || Object.keys(inside).length)) given[field.name] = inside;
        } else if (!isSame(value, initialValue(field)) && value !== '' && value !== null) {
            given[field.name] = value;
        }
    }
    return given;
}

function isSame(one: unknown, other: unknown): boolean {
    return JSON.stringify(one) === JSON.stringify(other);
}
