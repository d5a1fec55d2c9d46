/** The scripted engine, in the real worker's place. */
package huafang.worker;
