// Components that come alive apart from their page.
import type { Component } from 'vue';
import { defineAsyncComponent, hydrateOnVisible } from 'vue';

/** A component that becomes interactive when it is seen, so that the page answers before it. */
export const lazily = (loader: () => Promise<Component>): Component =>
  defineAsyncComponent({ loader, hydrate: hydrateOnVisible() });
