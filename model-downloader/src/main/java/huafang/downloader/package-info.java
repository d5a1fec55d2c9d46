/**
 * The checkpoints' folder and its one door from the network. {@link huafang.downloader.Catalogue}
 * lists what lies in the folder: a file is examined with the parser that later loads it and hashed
 * in the background, once for each content. {@link huafang.downloader.Downloads} takes requests; a
 * {@link huafang.downloader.Fetch} brings a file in under a hidden name, checks it, and only then
 * gives it its own name. Links in the folder are followed, as the workers follow them: whoever may
 * write there is trusted, and a download never makes one. One downloader serves one volume.
 */
package huafang.downloader;
