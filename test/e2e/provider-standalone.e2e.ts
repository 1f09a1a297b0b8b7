/** The standalone provider keeps the contract of all providers, on real processes. */
import { createStandaloneProvider } from '@stoke/provider-standalone';
import { testProvider } from './support/provider-contract.ts';

testProvider(createStandaloneProvider);
