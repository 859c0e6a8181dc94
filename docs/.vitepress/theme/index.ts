// The theme: VitePress's own without its web fonts, with our colours, navigation and the components that pages use.
import type { Theme } from 'vitepress';
import { inBrowser, withBase } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { h } from 'vue';
import RunnableExample from '../../components/RunnableExample.vue';
import SolverTree from '../../components/SolverTree.vue';
import LiveDemo from '../../demo/LiveDemo.vue';
import './style.css';

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
