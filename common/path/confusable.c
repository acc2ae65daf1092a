#include "common/path/confusable.h"

unsigned int confusable_ascii(unsigned int character)
{
	size_t low = 0, high = confusable_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (confusables[middle].character == character)
			return (unsigned char)confusables[middle].ascii;
		if (confusables[middle].character < character)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}
