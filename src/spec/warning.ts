/** Something of a request that did not reach the provider as the caller wrote it. */
export interface Warning {
  /** Path of the member, as the client spells it. */
  readonly field: string;
  readonly action: 'dropped' | 'emulated' | 'clamped' | 'approximated';
  readonly why: string;
}
