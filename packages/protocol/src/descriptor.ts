/** What a wire type is at run time: rows of fields, or names and numbers of an enum. */

/** The scalar protobuf types that occur in our messages. */
export type ScalarKind =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'double'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64';

/** How often a field may occur; a map always has string keys. */
export type FieldLabel = 'required' | 'optional' | 'repeated' | 'map';

/** The type of one value of a field. */
export type FieldType = ScalarKind | AnyMessageType | AnyEnumType;

/** `[number, name, label, type, explicit default]`; JSON shows the default when the field is unset. */
export type FieldRow = readonly [
  number: number,
  name: string,
  label: FieldLabel,
  type: FieldType,
  shownDefault?: string | number | boolean,
];

/** Run-time description of a message whose values are plain objects of type T. */
export interface MessageType<T> {
  readonly kind: 'message';
  /** Full protobuf name, `mesos.v1.Offer`. */
  readonly name: string;
  /** The fields in the order of the .proto file. Late, because messages refer to one another. */
  readonly fields: () => readonly FieldRow[];
  /** Never present: it only ties T to the descriptor. */
  readonly shape?: T;
}

/** A message type whose values are not known at compile time. */
export type AnyMessageType = MessageType<unknown>;

/** Run-time description of an enum whose values are its names. */
export interface EnumType<T extends string> {
  readonly kind: 'enum';
  /** Full protobuf name, `mesos.v1.TaskState`. */
  readonly name: string;
  /** The names in the order of the .proto file. */
  readonly names: readonly T[];
  readonly numberOf: ReadonlyMap<string, number>;
  readonly nameOf: ReadonlyMap<number, T>;
}

/** An enum type whose names are not known at compile time. */
export type AnyEnumType = EnumType<string>;

/** Makes the descriptor of a message; used by generated code only. */
export function defineMessage<T>(name: string, fields: () => readonly FieldRow[]): MessageType<T> {
  return { kind: 'message', name, fields };
}

/** Makes the descriptor of an enum; used by generated code only. */
export function defineEnum<T extends string>(
  name: string,
  numbers: Readonly<Record<T, number>>,
): EnumType<T> {
  const names = Object.keys(numbers) as T[];
  return {
    kind: 'enum',
    name,
    names,
    numberOf: new Map(names.map((it) => [it, numbers[it]])),
    nameOf: new Map(names.map((it) => [numbers[it], it])),
  };
}
