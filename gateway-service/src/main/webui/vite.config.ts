import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
    plugins: [react()],
    build: {
        outDir: "dist",
        // The page's security policy forbids data: scripts and fonts, so nothing is inlined.
        assetsInlineLimit: 0,
        // One chunk: 180 kB over the wire, once.
        chunkSizeWarningLimit: 700,
    },
});
