#pragma once

#include <QProxyStyle>

namespace dwell::app {

/// Fusion, with room around the text of lists and tables. Fusion rather than the desktop's own style, since
/// it is the one that follows the palette everywhere, charts included.
class SpaciousStyle : public QProxyStyle {
  Q_OBJECT
 public:
  SpaciousStyle() : QProxyStyle(QStringLiteral("Fusion")) {}
  int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
};

}  // namespace dwell::app
