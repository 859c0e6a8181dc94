// The theme: VitePress's own without its web fonts, with our colours, navigation and the components that pages use.
import type { Theme } from 'vitepress';
import { inBrowser, withBase } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { defineAsyncComponent, h, hydrateOnIdle } from 'vue';
import { lazily } from '../../components/lazily.ts';
import './style.css';

// Nothing is in a hurry to unfold the tree.
const SolverTree = defineAsyncComponent({ loader: () => import('../../components/SolverTree.vue'), hydrate: hydrateOnIdle() });
const LiveDemo = lazily(() => import('../../demo/LiveDemo.vue'));
const RunnableExample = lazily(() => import('../../components/RunnableExample.vue'));

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
