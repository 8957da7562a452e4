# The unit tests of src/hub.
