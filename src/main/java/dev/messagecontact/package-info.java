/** The command line of the product, and the wiring of its parts. */
@NullMarked
package dev.messagecontact;

import org.jspecify.annotations.NullMarked;
