/** The main class: the command line of the product. What a worker is made of, {@code runtime} puts together. */
@NullMarked
package dev.messagecontact;

import org.jspecify.annotations.NullMarked;
