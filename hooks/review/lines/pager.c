#include "hooks/review/lines/pager.h"

bool pager_is_here(const struct pager *pager)
{
	return pager->at / PAGER_ROWS == pager->wanted;
}

bool pager_take(struct pager *pager, size_t rows)
{
	bool here = pager_is_here(pager);

	pager->at += rows;
	return here;
}

size_t pager_pages(const struct pager *pager)
{
	return pager->at ? (pager->at - 1) / PAGER_ROWS + 1 : 1;
}
