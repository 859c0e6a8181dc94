// Components that answer when they come into sight, so that a page's own links and menus answer before them.
import type { AsyncComponentLoader, Component } from 'vue';
import { defineAsyncComponent, hydrateOnVisible } from 'vue';

/** The component of a module: in the page's HTML at once, with its scripts when it is seen. */
export function whenVisible(load: AsyncComponentLoader): Component {
  return defineAsyncComponent({ loader: load, hydrate: hydrateOnVisible() });
}
