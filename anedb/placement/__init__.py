"What a layer has to do, and where Core ML is likely to put it: pure, from a cost model with its constants in data/."
