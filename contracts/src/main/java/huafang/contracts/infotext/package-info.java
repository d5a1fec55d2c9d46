/** The text inside a PNG that tells how it was made, as AUTOMATIC1111 v1.10 writes and reads it. */
package huafang.contracts.infotext;
