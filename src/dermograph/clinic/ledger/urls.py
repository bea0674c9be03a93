"""Addresses of the stock and of payments."""

from django.urls import URLPattern, path

from dermograph.clinic.ledger.views import payments, stock

urlpatterns: list[URLPattern] = [
    path("stock/", stock.stock, name="stock"),
    path("stock/new", stock.lot_new, name="lot_new"),
    path("lots/<uuid:lot>/", stock.lot, name="lot"),
    path("lots/<uuid:lot>/withdraw", stock.lot_withdraw, name="lot_withdraw"),
    path("lots/<uuid:lot>/recall.csv", stock.lot_recall_csv, name="lot_recall_csv"),
    path("payments/", payments.payments, name="payments"),
]
