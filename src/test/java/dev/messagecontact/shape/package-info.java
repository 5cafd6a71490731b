/** Tests that hold the shape of the code: which package knows what. */
package dev.messagecontact.shape;
