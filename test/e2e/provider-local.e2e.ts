/** The local provider keeps the contract of all providers, on real processes. */
import { createLocalProvider } from '@stoke/provider-local';
import { testProvider } from './support/provider-contract.ts';

testProvider(createLocalProvider);
