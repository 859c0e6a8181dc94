// The theme: VitePress's own without its web fonts, with our colours, navigation and the components that pages use.
import type { Theme } from 'vitepress';
import { inBrowser, withBase } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { defineAsyncComponent, h, hydrateOnIdle } from 'vue';
import RunnableExample from '../../components/RunnableExample.vue';
import { whenVisible } from '../../components/when-visible.ts';
import './style.css';

// A page answers before its tree and its demo do, which are much and not needed at once.
const SolverTree = defineAsyncComponent({ loader: () => import('../../components/SolverTree.vue'), hydrate: hydrateOnIdle() });
const LiveDemo = whenVisible(() => import('../../demo/LiveDemo.vue'));

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'sidebar-nav-after': () => h(SolverTree) }),
  enhanceApp({ app, router }) {
    app.component('LiveDemo', LiveDemo);
    app.component('RunnableExample', RunnableExample);
    // The API's pages are not VitePress's: the browser opens them itself.
    router.onBeforeRouteChange = (to) => {
      if (!inBrowser || !to.startsWith(withBase('/api/'))) return true;
      location.assign(to);
      return false;
    };
  },
} satisfies Theme;
